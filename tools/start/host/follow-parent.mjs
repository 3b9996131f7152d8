// Preloaded into every child of `npm start`: when the parent is gone, even by kill -9, the child ends in order by itself.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
