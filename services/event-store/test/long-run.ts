/** `EVENTSTORE_LONG_TESTS=1` makes the tests of durability take some twenty minutes instead of one. */
export const longRun = process.env['EVENTSTORE_LONG_TESTS'] === '1';
