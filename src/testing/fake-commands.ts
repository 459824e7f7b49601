import { SyncError } from '../protocol/errors.ts';
import type { Message } from '../protocol/model.ts';
import type { ChatService } from '../worker/service/chat-service.ts';
import type { ServiceCall } from './fake-faults.ts';
import type { FakeServer } from './fake-server.ts';

type Commands = Pick<ChatService, 'recallMessage' | 'editMessage' | 'reactToMessage' | 'pinMessage' | 'acknowledgeMessage'>;

const refused = (reason: string): SyncError => new SyncError('refused', 'the fake service refused', { details: { reason } });

/**
 * What a user does to messages at the fake service.
 *
 * - As with the real one, only own messages are recalled and edited, and who does it is not told of recalls, edits and pins.
 *
 * @param call Runs a call that needs a connection.
 */
export function commandsOf(server: FakeServer, userId: string, call: <T>(name: ServiceCall, request: unknown, work: () => T) => Promise<T>): Commands {
  const find = (messageId: string, reason: string): Message => {
    const message = server.mailbox(userId).find(messageId)?.message;
    if (message === undefined) throw refused(reason);
    return message;
  };
  const findOwn = (messageId: string, reason: string): Message => {
    const message = find(messageId, reason);
    if (message.from !== userId) throw refused('not-allowed');
    return message;
  };

  return {
    recallMessage: (request) =>
      call('recallMessage', request, () => {
        findOwn(request.messageId, 'already-so');
        server.recall(request.messageId, userId);
      }),
    editMessage: (request) =>
      call('editMessage', request, () => {
        findOwn(request.messageId, 'message-not-found');
        const { conversation: _ref, type: _type, ...fields } = request.message;
        return server.edit(request.messageId, fields, userId);
      }),
    reactToMessage: (request) =>
      call('reactToMessage', request, () => {
        const { messageId, reaction, isAdded } = request;
        const { reactions = [] } = find(messageId, isAdded ? 'message-not-found' : 'already-so');
        const isThere = reactions.some((one) => one.reaction === reaction && one.userList.includes(userId));
        if (isThere === isAdded) throw refused('already-so');
        server.react({ messageId, userId, reaction, isAdded });
      }),
    pinMessage: (request) =>
      call('pinMessage', request, () => {
        const { messageId, isPinned } = request;
        const { pin } = find(messageId, isPinned ? 'message-not-found' : 'already-so');
        if (!isPinned && pin === undefined) throw refused('already-so');
        server.pinMessage(messageId, isPinned ? userId : null, userId);
      }),
    acknowledgeMessage: (request) =>
      call('acknowledgeMessage', request, () => {
        if (server.mailbox(userId).find(request.messageId) !== undefined) server.readMessage(request.messageId, userId);
      }),
  };
}
