import type { JsonObject } from '@karrio/domain';
import type { Output } from './output/output.ts';
import { type Place, TemplateFailure } from './problem.ts';

/** The state of one rendering, in either language. */
export type Rendering = {
  /** Where text goes: the document, or what a template captures of itself. */
  out: Output;
  readonly root: JsonObject;
  /** What is under way, for the problem's position. */
  at: Place;
  stepsLeft: number;
};

/** A compiled template. */
export type Program = (rendering: Rendering) => void;

/** A step is a statement, a call or an element that a helper walks: 100 to 300 ns, so 15 to 45 ms in all. */
export const stepsMax = 150_000;

/** Texts are charged by length: 16 characters cost about as much as a step. */
export const charsPerStep = 16;

/** Helpers see no more of a rendering than this. */
export type Budget = { stepsLeft: number };

/** The value, or nothing where finding it fails for another reason than a limit. */
export const rescued = <R extends Rendering, V>(find: (rendering: R) => V, rendering: R): V | undefined => {
  const { stepsLeft: _, ...before } = rendering;
  try {
    return find(rendering);
  } catch (error) {
    if (!(error instanceof TemplateFailure) || error.isLimit) throw error;
    Object.assign(rendering, before);
    return undefined;
  }
};

/** @throws TemplateFailure when the rendering has had its share of work. */
export const spend = (budget: Budget, steps: number): void => {
  budget.stepsLeft -= steps;
  if (budget.stepsLeft >= 0) return;
  throw new TemplateFailure(
    `The template does too much work for one rendering (over ${stepsMax} steps); render fewer elements.`,
    undefined,
    true,
  );
};
