import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Client } from './client';
import type { FeedState, SnapshotFeed } from './feed';
import type { Workspace } from './workspace';

export interface Api {
  readonly client: Client;
  readonly feed: SnapshotFeed;
}

export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi: no ApiContext above this component');
  return api;
}

export function useFeed(): FeedState {
  const { feed } = useApi();
  return useSyncExternalStore(feed.subscribe, feed.state);
}

export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

/** The workspace configuration; defaults where the service has none. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('useWorkspace: no WorkspaceContext above this component');
  return workspace;
}
