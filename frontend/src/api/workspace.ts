/**
 * The workspace configuration (spec 07 §5), read tolerantly: the shell starts without it, so every value has a default and an
 * ill-typed one counts as absent.
 */
export interface Workspace {
  /** Y of every label and title. */
  readonly reportYear: number;
  /** Base of CRM deep links, without a trailing slash; undefined → no links. */
  readonly crmBaseUrl: string | undefined;
  /** Size the viewer starts with. */
  readonly defaultSize: string;
}

export const DEFAULT_WORKSPACE: Workspace = {
  reportYear: 2026,
  crmBaseUrl: undefined,
  defaultSize: '대기업',
};

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function parseWorkspace(value: unknown): Workspace {
  const root = record(value);
  const { reportYear } = root;
  const { baseUrl } = record(root.crm);
  const { default: size } = record(root.sizeGroups);
  return {
    reportYear:
      typeof reportYear === 'number' && Number.isInteger(reportYear)
        ? reportYear
        : DEFAULT_WORKSPACE.reportYear,
    crmBaseUrl:
      typeof baseUrl === 'string' && /^https?:\/\//i.test(baseUrl) ? baseUrl.replace(/\/+$/, '') : undefined,
    defaultSize: typeof size === 'string' && size !== '' ? size : DEFAULT_WORKSPACE.defaultSize,
  };
}

const PATTERNS = { org: 'contact/organization', person: 'contact/people', deal: 'deal' } as const;

/** Address of a record in the CRM; undefined when no base is configured or the id is blank. */
export function crmLink(workspace: Workspace, kind: keyof typeof PATTERNS, id: string): string | undefined {
  if (!workspace.crmBaseUrl || id.trim() === '') return undefined;
  return `${workspace.crmBaseUrl}/${PATTERNS[kind]}/${encodeURIComponent(id)}`;
}
