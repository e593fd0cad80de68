import type { Json } from '@karrio/domain';
import { XMLParser } from 'fast-xml-parser';
import { xmlProblem } from './xml-problem.ts';

/** Elements, closing tags and attributes: 100,000 take some 250 ms of the process. */
const marksMax = 100_000;
const depthMax = 64;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  // A text stays one: "007" is no number.
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: depthMax,
  // Only XML's own and numeric ones are left once DOCTYPE is refused, and these expand to one character.
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: Infinity, maxExpandedLength: Infinity },
});

/**
 * A document as an object, in the form that `buildXml` takes: elements are members, repeated ones lists,
 * attributes `@name`, text beside them `#text`. Every value is a text. Declarations of types and entities are
 * refused, so nothing in a document can expand or point elsewhere.
 */
export const parseXml = (text: string): { readonly value: Json } | { readonly problem: string } => {
  if (marksIn(text) > marksMax) {
    return { problem: `has over ${marksMax} tags and attributes; ask for less (a page, a filter)` };
  }
  if (hasDeclaration(text)) return { problem: 'has a DOCTYPE, which the engine does not read' };
  const broken = xmlProblem(text);
  if (broken)
    return { problem: `is not XML: line ${broken.line}, column ${broken.column}: ${broken.message}` };
  try {
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- with these options it gives texts, lists and objects
    const value: Json = parser.parse(text);
    return { value };
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}` };
  }
};

const marksIn = (text: string): number => {
  let marks = 0;
  for (let at = text.indexOf('<'); at >= 0 && marks <= marksMax; at = text.indexOf('<', at + 1)) marks++;
  if (marks > marksMax) return marks;
  for (const _ of text.matchAll(/=\s*["']/g)) if (++marks > marksMax) break;
  return marks;
};

/** Outside of comments and CDATA. By search rather than a pattern, which hostile text could make slow. */
const hasDeclaration = (text: string): boolean => {
  for (let at = text.indexOf('<!'); at >= 0; at = text.indexOf('<!', at)) {
    const end = text.startsWith('<!--', at)
      ? text.indexOf('-->', at + 4)
      : text.startsWith('<![CDATA[', at)
        ? text.indexOf(']]>', at + 9)
        : undefined;
    if (end === undefined) return true;
    // Not closed: the text is not well-formed, which is said elsewhere.
    if (end < 0) return false;
    at = end;
  }
  return false;
};
