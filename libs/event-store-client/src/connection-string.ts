/** What the official client understands; other keys it would name on the console, with the whole string. */
const optionNames = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'throwOnAppendFailure',
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
] as const;

/** It ignores case, dashes and underscores in them. */
const flat = (name: string) => name.trim().toLowerCase().replaceAll(/[_-]/g, '');
const known = new Map(optionNames.map((name) => [flat(name), name]));

export type ConnectionString = Readonly<{
  /** For the official client. Not for a log: it may have a password in it. */
  url: string;
  /** What the official client would do silently, or say with the password beside it. */
  warnings: readonly string[];
}>;

/**
 * Everything that the official client refuses or warns of is checked here first, since it quotes the string, with
 * the password. @throws Error that names the fault and quotes no value
 */
export const checkConnectionString = (text: string): ConnectionString => {
  const [, scheme = '', login, hosts = '', query = ''] =
    /^(esdb(?:\+discover)?):\/\/(?:([^@/?]*)@)?([^@/?]+)\/?(?:\?([^@]*))?$/.exec(text.trim()) ?? [];
  if (scheme === '') {
    throw fault(
      'is not of the form esdb://user:password@host:2113?option=value; are @ : / ? % in it encoded?',
    );
  }
  checkLogin(login);
  const { options, unknown } = readOptions(query);
  const warnings = warningsOf(options, unknown, login !== undefined);
  options.delete('tlsVerifyCert');
  const kept = [...options].map(([name, value]) => `${name}=${value}`).join('&');
  const user = login === undefined ? '' : `${login}@`;
  return { url: `${scheme}://${user}${hosts}${kept === '' ? '' : `?${kept}`}`, warnings };
};

const warningsOf = (
  options: ReadonlyMap<string, string>,
  unknown: readonly string[],
  hasLogin: boolean,
): readonly string[] => {
  const warnings = [];
  if (unknown.length > 0) warnings.push(`has options that are not known, and ignored: ${unknown.join(', ')}`);
  if (options.get('tlsVerifyCert') === 'false')
    warnings.push('has tlsVerifyCert=false without effect: name the authority with tlsCAFile instead');
  if (hasLogin && options.get('tls') === 'false')
    warnings.push('has tls=false, so that user and password are not sent');
  return warnings;
};

const fault = (what: string) => new Error(`EVENTSTORE_URL ${what}.`);

const checkLogin = (login: string | undefined) => {
  if (login === undefined || /^[^:]+:[^:]+$/.test(login)) return;
  throw fault('needs user:password before the @, with %3A for a colon and %40 for an @ in them');
};

const readOptions = (query: string) => {
  const options = new Map<string, string>();
  const unknown: string[] = [];
  for (const option of query === '' ? [] : query.split('&')) {
    const [, key = '', value] = /^([^=]+)=(.+)$/.exec(option) ?? [];
    if (value === undefined)
      throw fault('has an option without a value; they are name=value, with & in between');
    const name = known.get(flat(key));
    if (name === undefined) unknown.push(key);
    else options.set(name, value);
  }
  return { options, unknown };
};
