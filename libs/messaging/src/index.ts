export { BusUnavailable, CommandTimeout, PermanentError, type Bus, type Consumption } from './bus.ts';
export { connectNats, type BusOptions } from './connect.ts';
