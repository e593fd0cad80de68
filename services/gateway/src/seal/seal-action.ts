import type { MetafieldInput } from './seal-metafield.ts';
import { sealConnection, sealedMetafields, type ConnectionInput } from './seal-connection.ts';
import type { Sealing } from './sealing.ts';

export type ActionInput = Readonly<{
  connection?: ConnectionInput | null | undefined;
  metafields?: readonly MetafieldInput[] | null | undefined;
}>;

export const sealAction = async (
  sealing: Sealing,
  { connection, metafields, ...input }: ActionInput,
  path: string,
): Promise<object> => ({
  ...input,
  ...(await sealedMetafields(sealing, metafields, path)),
  ...(connection === undefined
    ? {}
    : { connection: connection && (await sealConnection(sealing, connection, `${path}connection.`)) }),
});
