import type { Project } from '../../project.ts';
import { notImplemented } from '../../wire/errors.ts';

/**
 * The filters of projects.list (`lifecycleState:ACTIVE id:cloud*`) and the queries of
 * projects.search (`state:ACTIVE`): terms of which all have to be true. Other operators than
 * those are said to be missing.
 *
 * https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects/list
 *
 * @throws ApiError 501 for `OR`, `NOT` and parentheses
 */
export function matchesFilter(project: Project, filter = ''): boolean {
  const terms = filter
    .slice(0, 2048)
    .split(/\s+/)
    .filter((term) => term !== '' && term !== 'AND');
  if (terms.some((term) => /^(?:OR|NOT|-.*)$|[()]/.test(term))) {
    throw notImplemented(`this filter of projects: ${filter}`);
  }
  return terms.every((term) => matchesTerm(project, term));
}

function matchesTerm({ projectId, projectNumber }: Project, term: string): boolean {
  const [, field = '', value = ''] = /^([\w.]+)[:=]"?([^"]*)"?$/.exec(term) ?? [];
  switch (field.toLowerCase()) {
    case 'id':
    case 'projectid':
    case 'name':
    case 'displayname':
      return matchesText(projectId, value.toLowerCase());
    case 'projectnumber':
      return value === projectNumber;
    case 'lifecyclestate':
    case 'state':
      return value.toUpperCase() === 'ACTIVE';
    default:
      // It has no labels and no parent.
      return false;
  }
}

/** A star at the end, or alone, is anything. */
const matchesText = (text: string, value: string): boolean =>
  value.endsWith('*') ? text.startsWith(value.slice(0, -1)) : text === value;
