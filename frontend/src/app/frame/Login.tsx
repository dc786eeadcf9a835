import { type FormEvent, useId, useState } from 'react';
import { useApi } from '@/api/context';
import { errorText, needsLogin } from '@/api/errors';
import { Button } from '@/components/Button';
import styles from './Login.module.css';

/** The service wants a token. It goes to the service once and stays nowhere in the page. */
export function Login() {
  const { client, feed } = useApi();
  const [failure, setFailure] = useState<unknown>();
  const [isSending, setSending] = useState(false);
  const field = useId();
  const note = useId();

  // A page opened as a file, or from another server, cannot hold a session of this one.
  const home = new URL(client.base).origin;
  if (home !== window.location.origin) {
    return (
      <main className={styles.page}>
        <h1>로그인이 필요합니다</h1>
        <p>
          파일로 연 화면에서는 로그인할 수 없습니다. 서버 주소에서 여세요: <a href={home}>{home}</a>
        </p>
      </main>
    );
  }

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
    if (token === '') return;
    setSending(true);
    setFailure(undefined);
    try {
      await client.login(token);
      feed.check();
    } catch (error) {
      setFailure(error);
      setSending(false);
    }
  };

  return (
    <main className={styles.page}>
      <h1>로그인</h1>
      <p>이 대시보드에는 고객의 개인정보가 있습니다. 관리자에게 받은 토큰을 입력하세요.</p>
      <form onSubmit={submit}>
        <label htmlFor={field}>토큰</label>
        <div className={styles.line}>
          <input
            id={field}
            name="token"
            type="password"
            autoComplete="current-password"
            required
            aria-describedby={note}
            aria-invalid={failure !== undefined}
            // biome-ignore lint/a11y/noAutofocus: the only control of the page
            autoFocus
          />
          <Button type="submit" disabled={isSending}>
            로그인
          </Button>
        </div>
        <p id={note} className={styles.failure} role="alert">
          {failure === undefined ? '' : needsLogin(failure) ? '토큰이 맞지 않습니다.' : errorText(failure)}
        </p>
      </form>
    </main>
  );
}
