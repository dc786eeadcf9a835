import type { components } from './schema.gen';

type Problem = components['schemas']['Problem'];

/** What went wrong with a request, as far as the reader of a screen is concerned. */
export type ApiErrorKind =
  /** No answer at all: the service is down or the network is. */
  | 'network'
  /** The service answered with an error status. */
  | 'http'
  /** The answer is not what an API sends (a proxy's HTML page, cut JSON). */
  | 'content';

export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** `detail` of the problem document, or our own words. */
  readonly detail: string;
  /** `type` of the problem document, when there was one. */
  readonly type: string | undefined;

  constructor(
    kind: ApiErrorKind,
    status: number,
    detail: string,
    more: { type?: string; cause?: unknown } = {},
  ) {
    super(`${kind} ${status}: ${detail}`, { cause: more.cause });
    this.name = 'ApiError';
    this.kind = kind;
    this.status = status;
    this.detail = detail;
    this.type = more.type;
  }
}

const NO_SNAPSHOT: Problem['type'] = 'urn:salesmap-mirror:problem:no-snapshot';

/** The service runs but has not been given a snapshot yet: not a fault, it resolves itself. */
export function isNoSnapshot(error: unknown): boolean {
  return error instanceof ApiError && error.type === NO_SNAPSHOT;
}

/** The service answers only to those who have logged in. */
export function needsLogin(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** One Korean sentence for people; the status stays visible for whoever they ask. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return '알 수 없는 오류가 났습니다.';
  if (error.kind === 'network') return '서버에 연결할 수 없습니다.';
  if (error.kind === 'content') return `서버가 알아볼 수 없는 답을 보냈습니다. (${error.status})`;
  if (error.status === 401 || error.status === 403) return `볼 권한이 없습니다. (${error.status})`;
  if (error.status === 404) return `찾는 자료가 없습니다. (404)`;
  if (error.status === 429) return '실패한 시도가 너무 많습니다. 잠시 뒤에 다시 시도해 주세요. (429)';
  if (error.status === 503) return '서버가 바쁩니다. 잠시 뒤에 다시 시도해 주세요. (503)';
  return `${error.detail} (${error.status})`;
}
