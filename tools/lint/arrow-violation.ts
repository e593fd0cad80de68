import { posix } from 'node:path';

type Import = Readonly<{
  /** From the root of the repository. */
  file: string;
  specifier: string;
  /** The names of the folders in `libs`. */
  libs: ReadonlySet<string>;
}>;

/** What an import does wrong, if anything. */
export const arrowViolation = ({ file, specifier, libs }: Import): string | undefined => {
  if (specifier.startsWith('.')) return leavesPackage(file, specifier);
  const name = /^@karrio\/([^/]+)/.exec(specifier)?.[1];
  if (name === undefined) return undefined;
  if (!libs.has(name))
    return `${specifier} is not a lib. Talk to it with messages; what two need moves to libs.`;
  if (file.startsWith('libs/domain/')) return 'The domain imports no other package.';
  if (file.startsWith('libs/contracts/') && name !== 'domain') return 'Contracts import the domain alone.';
  if (name === 'testing' && !isTest(file)) return '@karrio/testing is for tests alone.';
  return undefined;
};

const leavesPackage = (file: string, specifier: string) => {
  const home = packageOf(file);
  if (home === undefined || packageOf(posix.join(posix.dirname(file), specifier)) === home) return undefined;
  return `${specifier} leaves ${home}. Import another package by its name.`;
};

const packageOf = (path: string) => /^(?:(?:libs|services|deploy|test)\/[^/]+|tools)(?=\/)/.exec(path)?.[0];

const isTest = (file: string) => file.endsWith('.test.ts') || /(?:^|\/)test\//.test(file);
