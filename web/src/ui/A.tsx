// A link inside the app: a real anchor (middle click, copy address, status bar), followed without a reload.
import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';

interface AProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
}

export function A({ to, onClick, ...rest }: AProps) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const is_plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !is_plain || rest.target) return;
    event.preventDefault();
    router.history.push(to);
  };
  return <a {...rest} href={to} onClick={follow} />;
}
