import { SaxesParser } from 'saxes';

/** What a document says: the text of all its elements and the values of all its attributes. @throws where it is not well-formed */
export const readXml = (
  document: string,
): Readonly<{ text: string; attributes: Readonly<Record<string, string>> }> => {
  const attributes: Record<string, string> = {};
  let text = '';
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('text', (read) => {
    text += read;
  });
  parser.on('cdata', (read) => {
    text += read;
  });
  parser.on('attribute', ({ name, value }) => {
    attributes[name] = value;
  });
  parser.write(document).close();
  return { text, attributes };
};
