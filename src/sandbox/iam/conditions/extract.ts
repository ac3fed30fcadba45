/**
 * `resource.name.extract('/order_date={date}/')`: what stands in a text where the template has
 * its braces, from the first place where what is before them occurs to the next one of what is
 * after them. Nothing, if that does not occur.
 *
 * https://docs.cloud.google.com/iam/docs/conditions-attribute-reference#extract
 *
 * @throws Error for a template without one pair of braces
 */
export function extract(text: string, template: string): string {
  const parts = TEMPLATE.exec(template);
  if (!parts) throw new Error(`extract() needs a template with one {name}: ${template}`);
  const [, before = '', after = ''] = parts;
  const found = text.indexOf(before);
  if (found < 0) return '';
  const start = found + before.length;
  if (after === '') return text.slice(start);
  const end = text.indexOf(after, start);
  return end < 0 ? '' : text.slice(start, end);
}

const TEMPLATE = /^([^{}]*)\{\w+\}([^{}]*)$/;
