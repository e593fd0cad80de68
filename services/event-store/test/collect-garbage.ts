import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded before a server, it has all garbage collected every other second: the memory that the server takes after
 * that is what it keeps, not what a late collector has left.
 */
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
setInterval(collect, 2000).unref();
