// Comments that are being written, by pair: kept until their verdict is given, so that neither a reload nor a pair that
// comes back later finds them gone.
import { useState } from "react";

import { keepComment, readComments, removeComment } from "./commentStorage";

export function useComments(userId: string, projectId: string) {
  const [comments, setComments] = useState(() => readComments(userId, projectId));
  return {
    of: (pair: string): string | undefined => comments[pair],
    write: (pair: string, text: string) => {
      setComments((all) => ({ ...all, [pair]: text }));
      if (text === "") removeComment(userId, projectId, pair);
      else keepComment(userId, projectId, pair, text);
    },
    drop: (pair: string) => {
      if (!(pair in comments)) return;
      setComments((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== pair)));
      removeComment(userId, projectId, pair);
    },
    /** Takes over what was restored to the storage. */
    reread: () => setComments((all) => ({ ...readComments(userId, projectId), ...all })),
  };
}
