/** A connection string of the server to test; without one the embedded server is started. */
export const serverUrl = process.env['EVENTSTORE_URL'];

/** How many random histories the model is compared with; 60 take about ten seconds. */
export const historyRuns = Number(process.env['CONFORMANCE_RUNS'] ?? 60);
