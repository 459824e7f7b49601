/** Names and lines for the demo's seed. Enough of them that a list does not look stamped. */
export const peopleNames: readonly string[] = [
  'amelia', 'mateo', 'ingrid', 'tomas', 'yuki', 'priya', 'noah', 'leila', 'oskar', 'farah',
  'xiaoming', 'lihua', 'zhangwei', 'meiling', 'junjie', 'wanglei', 'chenxi', 'yating', 'haoran', 'siyu',
];

export const groupNames: readonly string[] = [
  'harbour-watch', 'night-shift', 'book-club', 'design-review', 'family', 'sunday-football', 'release-train',
  '周末爬山', '产品讨论', '读书会', '技术交流', '老同学',
];

export const lines: readonly string[] = [
  'Are you still on the 18:40?',
  'I pushed the fix, have a look when you can.',
  'Running ten minutes late, sorry!',
  'That photo is wonderful.',
  'Could you send me the address again?',
  'Done. Anything else before the weekend?',
  'Ha, exactly what I thought.',
  'The meeting moved to room 4.',
  'Let me check and come back to you.',
  'No worries, tomorrow is fine too.',
  'Who brings the boat keys?',
  'Coffee?',
  '好的，明天见。',
  '资料已经发到你邮箱了。',
  '今晚一起吃饭吗？',
  '我在路上，大概十分钟到。',
  '这个方案我觉得可以。',
  '收到，谢谢！',
  '周末有空去爬山吗？',
  '照片拍得真好看。',
  '会议改到三点了。',
  '你先忙，晚点再说。',
];
