import { isProblemCode, problem, type Problem } from '../http/problem.ts';
import { answersOf, fieldOf } from './operation-field.ts';
import type { RestOperation } from './operations.ts';

export type Answer = Readonly<{ body: unknown }> | Readonly<{ problems: readonly Problem[] }>;

type Members = Readonly<Record<string, unknown>>;
const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** What GraphQL answers, as REST has it: the object itself, or a page of them with the addresses of its neighbours. */
export const answerOf = (
  operation: RestOperation,
  request: Readonly<{ url: string }>,
  result: unknown,
): Answer => {
  if (operation.kind === 'page') return { body: pageOf(request.url, membersOf(result)) };
  if (operation.kind === 'change') return changedOf(operation, membersOf(result));
  if (result !== null && result !== undefined) return { body: result };
  return { problems: [problem('not_found', `No ${operation.field.replaceAll('_', ' ')} has this id.`)] };
};

const pageOf = (url: string, { page_info, edges }: Members) => {
  const info = membersOf(page_info);
  const neighbour = (has: unknown, side: 'after' | 'before', cursor: unknown) =>
    has === true && typeof cursor === 'string' ? addressOf(url, side, cursor) : null;
  return {
    ...('count' in info ? { count: info['count'], count_is_exact: info['count_is_exact'] } : {}),
    next: neighbour(info['has_next_page'], 'after', info['end_cursor']),
    previous: neighbour(info['has_previous_page'], 'before', info['start_cursor']),
    results: Array.isArray(edges) ? edges.map((edge) => membersOf(edge)['node']) : [],
  };
};

/** The same list from another place. */
const addressOf = (url: string, side: 'after' | 'before', cursor: string): string => {
  const { pathname, searchParams } = new URL(url, 'http://gateway');
  for (const name of ['after', 'before', 'offset']) searchParams.delete(name);
  searchParams.set(side, cursor);
  return `${pathname}?${searchParams}`;
};

const changedOf = (operation: RestOperation, result: Members): Answer => {
  const { errors, ...answers } = result;
  if (Array.isArray(errors) && errors.length > 0) return { problems: errors.map(membersOf).map(problemOf) };
  const [only, ...others] = answersOf(fieldOf(operation));
  if (operation.method === 'DELETE' || !only || others.length > 0) return { body: answers };
  return { body: answers[only.name] };
};

const problemOf = ({ field, messages, code }: Members): Problem => {
  const said = Array.isArray(messages) ? messages.join(' ') : '';
  const known = isProblemCode(code) ? code : 'validation';
  return problem(known, `${String(field)}: ${said}`, { field, messages });
};
