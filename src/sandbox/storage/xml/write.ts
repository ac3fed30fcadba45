/**
 * Writes XML as Cloud Storage does: in one line.
 *
 * An element is `[name, content]`, with attributes if need be; an absent content means no
 * element, which is how optional ones are left out.
 */
export type XmlElement = readonly [
  name: string,
  content: XmlContent | undefined,
  attributes?: Record<string, string>,
];
export type XmlContent = string | number | boolean | readonly XmlElement[];

/** What Cloud Storage has used since before Amazon's own documents had a namespace. */
export const LISTING_NAMESPACE = 'http://doc.s3.amazonaws.com/2006-03-01';
/** The namespace of everything that was added for Amazon's later clients. */
export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document. */
export function writeXml(
  root: string,
  content: XmlContent,
  namespace?: string | undefined,
): string {
  const attribute = namespace === undefined ? '' : ` xmlns='${namespace}'`;
  return `<?xml version='1.0' encoding='UTF-8'?><${root}${attribute}>${write(content)}</${root}>`;
}

function write(content: XmlContent): string {
  if (typeof content === 'string') return escapeText(content);
  if (typeof content !== 'object') return String(content);
  let text = '';
  for (const [name, inner, attributes = {}] of content) {
    if (inner === undefined) continue;
    let tag = name;
    for (const [key, value] of Object.entries(attributes)) tag += ` ${key}="${escapeText(value)}"`;
    text += inner === '' ? `<${tag}/>` : `<${tag}>${write(inner)}</${name}>`;
  }
  return text;
}

function escapeText(text: string): string {
  if (!/[&<>"'\u0000-\u0009\u000b-\u001f\ufffe\uffff]/.test(text)) return text;
  return text.replace(
    /[&<>"'\u0000-\u0009\u000b-\u001f\ufffe\uffff]/g,
    (char) => ENTITIES[char] ?? `&#${char.charCodeAt(0)};`,
  );
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
