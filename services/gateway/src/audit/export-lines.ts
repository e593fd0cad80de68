import { auditEntriesFrom, type AuditEntryRow, type AuditFilter, type ReadModel } from '@karrio/read-model';

export type ExportFormat = 'jsonl' | 'csv';

/** What is read at once: an export of any length needs the memory of one piece. */
const pieceMax = 500;

/** The entries in the order of the chain, as text, piece by piece; the next piece is read when it is asked for. */
export const exportLines = async function* (
  db: ReadModel['db'],
  org: string,
  filter: AuditFilter,
  format: ExportFormat,
): AsyncGenerator<string> {
  const lineOf = format === 'csv' ? csvLine : jsonLine;
  if (format === 'csv') yield `${columns.join(',')}\r\n`;
  for (let from = 0; ;) {
    const rows = await auditEntriesFrom(db, org, filter, from, pieceMax);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(lineOf).join('');
    from = last.number + 1;
  }
};

/** As it was chained, so that `npm run audit -- verify-file` can check it. */
const jsonLine = ({ org_id, entry, previous, hash }: AuditEntryRow): string =>
  `${JSON.stringify({ org: org_id, entry, previous, hash })}\n`;

const columns =
  'number at actor ip user_agent credential request_id command_id action outcome entity_type entity_id before after refusal runs hash'.split(
    ' ',
  );

const csvLine = ({ entry, entity_type, entity_id, hash }: AuditEntryRow): string => {
  const { number, at, actor, origin, commandId, action, outcome, before, after, refusal, runs } = entry;
  const from = [origin?.ip, origin?.userAgent, origin?.credential, origin?.requestId];
  const what = [commandId, action, outcome, entity_type, entity_id, before, after, refusal, runs?.count];
  return `${[number, at, actor, ...from, ...what, hash].map(csvCell).join(',')}\r\n`;
};

/** RFC 4180. A text that a spreadsheet would run as a formula begins with an apostrophe (OWASP, CSV injection). */
const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};
