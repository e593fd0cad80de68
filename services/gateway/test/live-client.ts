import { apiKey, type TestGateway } from './harness.ts';

export type Told = Readonly<{ id: string | undefined; event: string; data: ReturnType<typeof JSON.parse> }>;

type Options = Readonly<{ key?: string | null; lastEventId?: string | undefined }>;

/** Opens a stream of events; `pause` leaves it unread. */
const openStream = async (url: string, init: RequestInit, { key = apiKey, lastEventId }: Options) => {
  const closing = new AbortController();
  const response = await fetch(url, {
    ...init,
    signal: closing.signal,
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Token ${key}` }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  // Taken at once: a body that nobody holds is given up when its response is collected as garbage.
  const events = isStream && response.body ? eventsIn(response.body.getReader()) : undefined;
  return {
    status: response.status,
    /** What was answered instead of a stream. */
    refusal: isStream ? undefined : await response.json(),
    /** The next event; undefined at the end. */
    next: async (): Promise<Told | undefined> => (await events?.next())?.value,
    close: () => closing.abort(),
  };
};

const eventsIn = async function* (
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Told, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const told = toldBy(text.slice(0, end));
      text = text.slice(end + 2);
      if (told) yield told;
    }
  }
  return undefined;
};

const toldBy = (block: string): Told | undefined => {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const data = fields.get('data');
  const event = fields.get('event');
  if (event === undefined) return undefined;
  return { id: fields.get('id'), event, data: data ? JSON.parse(data) : undefined };
};

export const subscribe = (
  { url }: Pick<TestGateway, 'url'>,
  query: string,
  variables: object = {},
  options: Options = {},
) => openStream(`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query, variables }) }, options);

export const streamRun = ({ url }: Pick<TestGateway, 'url'>, id: string, options: Options = {}) =>
  openStream(`${url}/v1/workflow-events/${id}/stream`, {}, options);
