import type { OpsRoute } from '@karrio/process';
import type { Scavenger } from './scavenger.ts';

/** POST begins a scavenge, GET tells how far it is and what came of the last one. */
export const scavengeRoute =
  (scavenger: Scavenger): OpsRoute =>
  (method) => {
    switch (method) {
      case 'GET':
        return { status: 200, body: scavenger.status() };
      case 'POST': {
        const began = scavenger.start();
        return { status: began ? 202 : 409, body: scavenger.status() };
      }
      default:
        return undefined;
    }
  };
