export { checkTemplate, type Known } from './check.ts';
export { helpers } from './helper/helpers.ts';
export type { TemplateProblem } from './problem.ts';
export { renderJson, renderText, type Rendered, type RenderedJson, type RenderProblem } from './render.ts';
export { compileTemplate, type Compiled, type Template } from './template.ts';
export { parseVerdict, type Verdict } from './verdict.ts';
