import { ChannelsPage } from '../../../../alert/channels/channels-page.tsx';

export default function Page() {
  return <ChannelsPage />;
}
