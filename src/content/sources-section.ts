import type { Block, ContentLanguage, Facts, Inline, Section } from './compiled.ts';
import { formatMoney } from './facts.ts';

/** A page that an author names in the front matter. */
interface Page {
  readonly title: string;
  readonly url: string;
  readonly asOf: string;
}

const words = {
  en: {
    title: 'Sources',
    pages: 'Read for this lesson, with the day of the page or of our look-up:',
    facts:
      'Prices and limits in it, by where they come from. A place in brackets is where the number holds:',
  },
  ko: {
    title: '출처',
    pages: '이 레슨을 쓰며 읽은 곳이에요. 날짜는 그 글의 날짜이거나 우리가 확인한 날이에요.',
    facts: '이 레슨의 가격과 한도를 출처별로 모았어요. 괄호 안은 그 숫자가 통하는 지역이에요.',
  },
} as const;

/** The last section of every lesson: where its statements and its numbers come from, and of which day. */
export function makeSourcesSection(
  language: ContentLanguage,
  pages: readonly Page[],
  used: ReadonlySet<string>,
  facts: Facts,
): Section {
  const say = words[language];
  const blocks: Block[] = [];
  if (pages.length > 0) {
    blocks.push(paragraph([text(say.pages)]), {
      kind: 'list',
      items: pages.map(({ title, url, asOf }) => [
        paragraph([{ kind: 'link', href: url, children: [text(title)] }, text(`, ${asOf}`)]),
      ]),
    });
  }
  if (used.size > 0) {
    blocks.push(paragraph([text(say.facts)]), {
      kind: 'list',
      items: bySource(used, facts).map(([source, ids]) => [
        paragraph([
          ...withLinks(source),
          text(`: ${ids.map((id) => describe(id, facts)).join(', ')}`),
        ]),
      ]),
    });
  }
  return { id: 'sources', title: say.title, blocks };
}

/** Facts by their source and its day, in the order of the ids. */
function bySource(used: ReadonlySet<string>, facts: Facts): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const id of [...used].sort()) {
    const fact = facts[id];
    if (fact === undefined) continue;
    const key = `${fact.source}, ${fact.asOf}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return [...groups];
}

function describe(id: string, facts: Facts): string {
  const { value, unit, region } = facts[id] as Facts[string];
  const isMoney = unit.startsWith('USD');
  const amount = isMoney ? formatMoney(value) : value.toLocaleString('en-US');
  const per = isMoney ? unit.slice('USD'.length) : ` ${unit}`;
  return `${id} ${amount}${per}${region === undefined ? '' : ` (${region})`}`;
}

/** Addresses in a text become links that show themselves. */
function withLinks(source: string): Inline[] {
  return source
    .split(/(https:\/\/[\x21-\x7e]*[\w/#])/)
    .map((part, index) =>
      index % 2 === 1 ? { kind: 'link', href: part, children: [text(part)] } : text(part),
    );
}

function paragraph(content: readonly Inline[]): Block {
  return {
    kind: 'paragraph',
    content: content.filter((one) => !('text' in one) || one.text !== ''),
  };
}

function text(content: string): Inline {
  return { kind: 'text', text: content };
}
