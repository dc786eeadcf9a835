import { Dialog } from '@/components/Dialog';
import styles from './ShortcutHelp.module.css';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Ctrl K / ⌘ K', '화면과 회사 찾기'],
  ['/', '이 화면의 검색창'],
  ['↑ ↓ ← →', '표와 목록 안에서 이동'],
  ['Enter', '행 선택, 메모 열기'],
  ['Ctrl Enter / ⌘ Enter', '행을 CRM에서 열기'],
  ['Shift + 화살표', '칸 여러 개 고르기'],
  ['Ctrl C / ⌘ C', '고른 칸 복사 (원 단위 숫자)'],
  ['Shift + 클릭', '열 제목: 정렬 기준 더하기'],
  ['ESC', '닫기'],
  ['?', '이 목록'],
];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="단축키" onClose={onClose}>
      <div className={styles.help}>
        <h2>단축키</h2>
        <dl>
          {KEYS.map(([keys, what]) => (
            <div key={keys}>
              <dt>{what}</dt>
              <dd>
                <kbd>{keys}</kbd>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
