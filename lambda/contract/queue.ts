/** After so many receives a message goes to the dead letters. */
export const MOST_RECEIVES = 3;
