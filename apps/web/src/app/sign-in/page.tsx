import { SignInPage } from '../../session/sign-in-page.tsx';

export default function Page() {
  return <SignInPage />;
}
