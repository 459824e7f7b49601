/** Signs in as an application on the SDK does, and shows what the test looks at: the unread count of all conversations. */
export async function start({ MiniCore, contactPlugin, localCachePlugin }) {
  const { apiUrl, url, accessToken } = await (await fetch('/service')).json();
  const miniCore = new MiniCore({ appKey: 'org#app', apiUrl, url, isHttpDNS: false, isFixedDeviceId: false });
  miniCore.logger.setConsoleLogVisibility(false);
  miniCore.usePlugin(contactPlugin, 'contact');
  miniCore.usePlugin(localCachePlugin, 'localCache');
  const show = async () => {
    const { data } = await miniCore.localCache.getLocalConversations();
    document.querySelector('#unread').textContent = String(data.reduce((sum, { unReadCount }) => sum + unReadCount, 0));
  };
  miniCore.addEventHandler('app', { onConnected: () => (document.title = 'connected') });
  setInterval(show, 100);
  await miniCore.open({ username: 'zoe', accessToken });
}
