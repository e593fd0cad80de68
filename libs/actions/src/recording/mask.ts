import { isSecretName, type Json } from '@karrio/domain';

const mask = '***';

/** The scheme stays, since it tells a wrong kind of credential from a wrong credential: `Bearer ***`. */
const maskedCredential = (name: string, value: string): string => {
  const [scheme, ...rest] = value.split(' ');
  return /^(?:proxy-)?authorization$/i.test(name) && rest.length > 0 ? `${scheme} ${mask}` : mask;
};

export const maskHeaders = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const masked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    masked[name] = isSecretName(name) ? maskedCredential(name, value) : value;
  }
  return masked;
};

export const maskUrl = (url: URL): string => {
  const names = [...url.searchParams.keys()].filter(isSecretName);
  if (names.length === 0) return url.href;
  const masked = new URL(url);
  for (const name of names) masked.searchParams.set(name, mask);
  return masked.href;
};

/** Members with a secret's name, at any depth; a text or a number there is a secret, an object is looked into. */
export const maskBody = (body: Json): Json => {
  if (Array.isArray(body)) return body.map(maskBody);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      isSecretName(name) && (typeof value === 'string' || typeof value === 'number') ? mask : maskBody(value),
    ]),
  );
};
