import { Home } from '../../worklist/home.tsx';

export default function Page() {
  return <Home />;
}
