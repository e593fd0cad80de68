import { eventGuard, type Event } from '../event.ts';

/**
 * An organisation's data keys, in `vault-{org}`: each wrapped, that is encrypted, under the master key. What the
 * organisation keeps secret is sealed under the last one that was created; the others still open what is older.
 */
export type DataKeyCreated = Event<'DataKeyCreated', { keyId: string; wrapped: string; at: string }>;
/** The same key under another master key. */
export type DataKeyRewrapped = Event<'DataKeyRewrapped', { keyId: string; wrapped: string; at: string }>;
/** Nothing is sealed under it any more: another master key does not take it over. */
export type DataKeyRetired = Event<'DataKeyRetired', { keyId: string; at: string }>;
export type DataKeyEvent = DataKeyCreated | DataKeyRewrapped | DataKeyRetired;

export const isDataKeyEvent = eventGuard<DataKeyEvent>({
  DataKeyCreated: true,
  DataKeyRewrapped: true,
  DataKeyRetired: true,
});

export type DataKey = Readonly<{ keyId: string; wrapped: string; isRetired: boolean }>;

/** In the order of their making. */
export type DataKeys = readonly DataKey[];

export const noDataKeys: DataKeys = [];

export const evolveDataKeys = (keys: DataKeys, event: DataKeyEvent): DataKeys => {
  const { keyId } = event.data;
  switch (event.type) {
    case 'DataKeyCreated':
      return [...keys, { keyId, wrapped: event.data.wrapped, isRetired: false }];
    case 'DataKeyRewrapped':
      return changed(keys, keyId, { wrapped: event.data.wrapped });
    case 'DataKeyRetired':
      return changed(keys, keyId, { isRetired: true });
  }
};

const changed = (keys: DataKeys, keyId: string, change: Partial<DataKey>): DataKeys =>
  keys.map((key) => (key.keyId === keyId ? { ...key, ...change } : key));

/** The one to seal under. */
export const activeKey = (keys: DataKeys): DataKey | undefined =>
  keys.findLast(({ isRetired }) => !isRetired);
