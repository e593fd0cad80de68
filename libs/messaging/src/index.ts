export {
  BusUnavailable,
  CommandTimeout,
  MessageTooLarge,
  PermanentError,
  RetryLater,
  type Bus,
  type Consumption,
  type Delivery,
} from './bus.ts';
export { connectNats, type BusOptions } from './connect.ts';
