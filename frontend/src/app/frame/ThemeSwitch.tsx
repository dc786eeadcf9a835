import { Icon, type IconName } from '@/components/Icon';
import { setTheme, THEMES, type Theme, useTheme } from '../theme';
import styles from './ThemeSwitch.module.css';

const LABELS: Record<Theme, { icon: IconName; label: string }> = {
  light: { icon: 'sun', label: '밝은 테마' },
  dark: { icon: 'moon', label: '어두운 테마' },
  system: { icon: 'system', label: '시스템 테마' },
};

export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <fieldset className={styles.switch}>
      <legend className="unseen">테마</legend>
      {THEMES.map((option) => (
        <button
          key={option}
          type="button"
          aria-label={LABELS[option].label}
          aria-pressed={option === theme}
          data-tip={LABELS[option].label}
          onClick={() => setTheme(option)}
        >
          <Icon name={LABELS[option].icon} />
        </button>
      ))}
    </fieldset>
  );
}
