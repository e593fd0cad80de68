export {
  BusUnavailable,
  CommandTimeout,
  MessageTooLarge,
  PermanentError,
  RetryLater,
  type Bus,
  type Consumption,
  type Delivery,
  type Lease,
  type Shared,
} from './bus.ts';
export { connectNats, type BusOptions } from './connect.ts';
