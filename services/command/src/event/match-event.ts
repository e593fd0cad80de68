import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IncomingEvent, MatchedEvent } from '@karrio/contracts';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { judge, listenersTo, parametersOf } from './listeners.ts';

/** What listens to an event and whether it would start; nothing is. */
export const matchEvent = async (catalog: OrgCatalog, event: IncomingEvent): Promise<MatchedEvent> => {
  const parameters = parametersOf(event);
  const listeners: MatchedEvent['listeners'] = [];
  for (const { triggerId, workflowId, policy } of listenersTo(catalog, event.type)) {
    // Filters take their time, and others are waiting.
    await nextTurn();
    listeners.push({ triggerId, workflowId, passes: false, problem: null, ...judge(policy, parameters) });
  }
  return { listeners };
};
