/** Which events an event trigger listens to. */
export type EventPolicy = Readonly<Record<never, never>>;
