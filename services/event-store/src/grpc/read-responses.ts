import { bytesField, emptyField, message, textField, varintField } from '@karrio/protobuf';
import { grpcFrame } from './framing.ts';

/** What Read sends besides events. */
export const readResponses = {
  confirmation: (subscription: string) => grpcFrame(bytesField(2, textField(1, subscription))),
  checkpoint: (position: number) =>
    grpcFrame(bytesField(3, message(varintField(1, position), varintField(2, position)))),
  streamNotFound: (stream: string) => grpcFrame(bytesField(4, bytesField(1, textField(3, stream)))),
  caughtUp: grpcFrame(emptyField(8)),
} as const;
