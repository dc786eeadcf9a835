import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { type Api, ApiContext, useApi, useFeed, useWorkspace, WorkspaceContext } from '@/api/context';
import { createQueryClient } from '@/api/queryClient';
import { DEFAULT_WORKSPACE, parseWorkspace } from '@/api/workspace';
import { ControlsSlot } from '@/components/slot';
import { Toasts } from '@/components/Toasts';
import { TooltipLayer } from '@/components/Tooltip';
import { useToasts } from '@/components/toast';
import { ComingSoon } from '@/features/coming/ComingSoon';
import { clockTime } from '@/lib/dates';
import { navigate, useRoute } from '@/lib/route';
import styles from './App.module.css';
import { ErrorBoundary } from './ErrorBoundary';
import { ConnectionBanner } from './frame/ConnectionBanner';
import { FirstSnapshot } from './frame/FirstSnapshot';
import { Login } from './frame/Login';
import { Palette } from './frame/Palette';
import { ShortcutHelp } from './frame/ShortcutHelp';
import { Sidebar } from './frame/Sidebar';
import { TopBar } from './frame/TopBar';
import { useShortcuts } from './frame/useShortcuts';
import { buildMenu, DEFAULT_SCREEN, findEntry } from './menu';
import { screenFor } from './screens';

export function App({ api }: { api: Api }) {
  const [queryClient] = useState(createQueryClient);
  useEffect(() => api.feed.start(), [api]);
  return (
    <ApiContext value={api}>
      <QueryClientProvider client={queryClient}>
        <Gate>
          <WorkspaceLoader>
            <Frame />
          </WorkspaceLoader>
        </Gate>
        <TooltipLayer />
        <Toasts />
      </QueryClientProvider>
    </ApiContext>
  );
}

/** Shows the login in place of everything else, and forgets what was read before, for whoever sits down next. */
function Gate({ children }: { children: ReactNode }) {
  const { needsLogin } = useFeed();
  const cache = useQueryClient();
  useEffect(() => {
    if (needsLogin) cache.clear();
  }, [needsLogin, cache]);
  return needsLogin ? <Login /> : children;
}

/** The shell never waits for the workspace configuration, and runs without it. */
function WorkspaceLoader({ children }: { children: ReactNode }) {
  const { client } = useApi();
  const { generation } = useFeed();
  const { data } = useQuery({
    queryKey: ['workspace', generation ?? ''],
    queryFn: async ({ signal }) => parseWorkspace(await client.getUnchecked('/api/workspace', signal)),
    enabled: generation !== undefined,
    retry: false,
    placeholderData: (before) => before,
  });
  return <WorkspaceContext value={data ?? DEFAULT_WORKSPACE}>{children}</WorkspaceContext>;
}

type Overlay = 'palette' | 'shortcuts' | 'menu' | undefined;

function Frame() {
  const route = useRoute();
  const { generation, phase } = useFeed();
  const { reportYear } = useWorkspace();
  const menu = useMemo(() => buildMenu(reportYear), [reportYear]);
  const entry = findEntry(menu, route.id);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [overlay, setOverlay] = useState<Overlay>();

  useEffect(() => {
    document.title = `${reportYear} B2B Dashboard`;
  }, [reportYear]);

  // An unknown or missing hash is replaced in the address bar, so that what is shared is what is seen (B-19).
  const isKnown = entry !== undefined;
  useEffect(() => {
    if (!isKnown) navigate(DEFAULT_SCREEN, {}, { replace: true });
  }, [isKnown]);

  useShortcuts({
    onPalette: () => setOverlay('palette'),
    onHelp: () => setOverlay('shortcuts'),
  });
  useSnapshotNews();
  useRecovery();

  const id = entry?.id ?? DEFAULT_SCREEN;
  const title = entry?.label ?? '';
  const Screen = screenFor(id);
  const close = () => setOverlay(undefined);

  return (
    <div className={styles.frame}>
      <Sidebar
        menu={menu}
        current={id}
        isOpen={overlay === 'menu'}
        onOpen={() => setOverlay('menu')}
        onClose={close}
        onSearch={() => setOverlay('palette')}
      />
      <div className={styles.main}>
        <TopBar title={title} slotRef={setSlot} onMenu={() => setOverlay('menu')} />
        <ConnectionBanner />
        <main className={styles.content} id="content" key={id}>
          {generation === undefined && (phase === 'waiting' || phase === 'failed') ? (
            <FirstSnapshot />
          ) : Screen ? (
            <ControlsSlot value={slot}>
              <ErrorBoundary>
                <Suspense fallback={null}>
                  <Screen title={title} />
                </Suspense>
              </ErrorBoundary>
            </ControlsSlot>
          ) : (
            <ComingSoon title={title} absent={entry?.absent ?? false} viewer="org-view" />
          )}
        </main>
      </div>
      {overlay === 'palette' && <Palette menu={menu} onClose={close} />}
      {overlay === 'shortcuts' && <ShortcutHelp onClose={close} />}
    </div>
  );
}

/** Says so when the data on screen have become those of a new snapshot. */
function useSnapshotNews(): void {
  const { snapshot } = useFeed();
  const toasts = useToasts();
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!snapshot) return;
    const before = shown.current;
    shown.current = snapshot.generation;
    if (before === undefined || before === snapshot.generation) return;
    const at = snapshot.captured_at ? ` · ${clockTime(new Date(snapshot.captured_at), new Date())}` : '';
    toasts.show('info', `새 스냅샷 반영${at}`);
  }, [snapshot, toasts]);
}

/** Whatever failed while the service was away is asked for again when it is back. */
function useRecovery(): void {
  const { lostSince } = useFeed();
  const cache = useQueryClient();
  const wasLost = useRef(false);
  useEffect(() => {
    if (wasLost.current && lostSince === undefined) {
      void cache.refetchQueries({ predicate: (query) => query.state.status === 'error' && query.isActive() });
    }
    wasLost.current = lostSince !== undefined;
  }, [lostSince, cache]);
}
