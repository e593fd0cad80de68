export type PeopleRequest =
  | Readonly<{ command: 'reset-password'; who: string }>
  | Readonly<{ command: 'change-email'; who: string; email: string }>
  | Readonly<{ refused: string }>;

const usage = `Usage: npm run people -- <command>
  reset-password <address>          a text with which the person chooses another password, once and within a day
  change-email <address> <address>  signs the person in by another address from now on; make sure that it is theirs
A person may be named by id (user_…) too. It reads EVENTSTORE_URL and the master key as the services do;
docs/access.md explains each.`;

export const readArguments = ([command, who, email, ...more]: readonly string[]): PeopleRequest => {
  if (more.length > 0) return { refused: usage };
  switch (command) {
    case 'reset-password':
      return who === undefined || email !== undefined
        ? { refused: `Say whose password, and nothing else.\n${usage}` }
        : { command, who };
    case 'change-email':
      return who === undefined || email === undefined || !/^[^@\s]+@[^@\s]+$/.test(email)
        ? { refused: `Say whose address, and the new one.\n${usage}` }
        : { command, who, email };
    default:
      return { refused: usage };
  }
};
