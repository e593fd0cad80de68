import { SaxesParser } from 'saxes';

/** What a document consists of, in its order. */
export type XmlHandler = Readonly<{
  open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text: (text: string) => void;
  close: () => void;
}>;

export type XmlProblem = Readonly<{ message: string; line: number; column: number }>;

/** Elements and attributes: this many take 130 to 300 ms of CPU. */
const marksMax = 250_000;
export const xmlDepthMax = 64;

/** Ends the scan from inside; never leaves this file. */
class ScanStopped extends Error {
  override readonly name = 'ScanStopped';
}

/**
 * Reads a document strictly, to its end or to what is wrong with it. Declarations of types and entities are
 * refused, so nothing in a document can expand or point elsewhere.
 */
export const scanXml = (text: string, handler: XmlHandler): XmlProblem | undefined => {
  const parser = new SaxesParser();
  let depth = 0;
  let marks = 0;
  const stop = (message: string): never => {
    throw new ScanStopped(message);
  };
  parser.on('error', ({ message }) => stop(message.replace(/^\d+:\d+: /, '')));
  parser.on('doctype', () => stop('the document has a DOCTYPE, which the engine does not read.'));
  parser.on('attribute', () => {
    if (++marks > marksMax) stop(`the document has over ${marksMax} elements and attributes.`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++marks > marksMax) stop(`the document has over ${marksMax} elements and attributes.`);
    if (++depth > xmlDepthMax) stop(`the document is nested deeper than ${xmlDepthMax} elements.`);
    handler.open(name, attributes);
  });
  parser.on('text', handler.text);
  parser.on('cdata', handler.text);
  parser.on('closetag', () => {
    depth--;
    handler.close();
  });
  try {
    parser.write(text).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof ScanStopped)) throw error;
    return { message: error.message, line: parser.line, column: Math.max(1, parser.column) };
  }
};
