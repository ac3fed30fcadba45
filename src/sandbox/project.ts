/** The project that everything in a sandbox belongs to: there is one. */
export interface Project {
  readonly projectId: string;
  readonly projectNumber: string;
}

/** True for the id and for the number of the project. */
export const isProject = (project: Project, named: string): boolean =>
  named === project.projectId || named === project.projectNumber;
