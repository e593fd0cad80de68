/** The part of vitest's TestModule that telling takes. */
type Module = Readonly<{
  relativeModuleId: string;
  children: Readonly<{ allTests: () => Iterable<Test> }>;
}>;

type Test = Readonly<{
  fullName: string;
  diagnostic: () => Readonly<{ flaky: boolean }> | undefined;
  result: () => Readonly<{ errors?: ReadonlyArray<Readonly<{ message: string }>> | undefined }>;
}>;

/** What passed only when it was tried again, each with what it failed of before. */
export const flakyTests = (modules: readonly Module[]): readonly string[] =>
  modules.flatMap((module) =>
    [...module.children.allTests()]
      .filter((test) => test.diagnostic()?.flaky === true)
      .map((test) => {
        const causes = (test.result().errors ?? []).map(({ message }) => message);
        return [`${module.relativeModuleId} > ${test.fullName}`, ...causes].join('\n  ');
      }),
  );
