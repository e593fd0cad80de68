import type { ContentType, TemplateEngine } from '@karrio/domain';
import type { Document } from './output/document.ts';
import type { Place } from './problem.ts';
import type { Reference } from './reference.ts';
import type { Program } from './rendering.ts';

/** What a source is written in and what it writes. */
export type Language = Readonly<{ engine: TemplateEngine; contentType: ContentType }>;

export type CompiledSource = Readonly<{
  program: Program;
  references: readonly Reference[];
  /** Where a place that the program or a reference names lies in the source as written. */
  placeInSource: (place: Place) => Place;
}>;

/** @throws TemplateFailure, placed in the source as written. */
export type CompileSource = (source: string, document: Document) => CompiledSource;
