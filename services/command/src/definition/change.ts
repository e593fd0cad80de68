import type {
  ActionCommand,
  ConnectionCommand,
  MetafieldCommand,
  PauseCommand,
  Refusal,
  RuleCommand,
  TriggerCommand,
  WorkflowCommand,
} from '@karrio/domain';

/** One stream's part in a command. */
export type Change =
  | Readonly<{ kind: 'workflow'; id: string; command: WorkflowCommand }>
  | Readonly<{ kind: 'action'; id: string; command: ActionCommand }>
  | Readonly<{ kind: 'connection'; id: string; command: ConnectionCommand }>
  | Readonly<{ kind: 'metafield'; id: string; command: MetafieldCommand }>
  | Readonly<{ kind: 'pause'; id: string; command: PauseCommand }>
  | Readonly<{ kind: 'rule'; id: string; command: RuleCommand }>
  | Readonly<{ kind: 'trigger'; id: string; command: TriggerCommand }>;

/**
 * What a command does to the definitions, decided before anything is written: all of its changes, what they
 * name before what names them, or everything that is wrong with it. `id` is the entity that it answers with.
 */
export type Outline =
  Readonly<{ id: string; changes: readonly Change[] }> | Readonly<{ refused: readonly Refusal[] }>;

/** Who asks, when and in which mode: what an outline needs beside the payload. */
export type Issue = Readonly<{ commandId: string; org: string; at: string; testMode: boolean }>;

export const refused = (...refusals: readonly Refusal[]): Outline => ({ refused: refusals });
