/** `secrets.NAME` is the whole value of a variable or header, or follows a scheme as in `Bearer secrets.NAME`. */
export const SECRET_NAME = /^(?:(\w+) )?secrets\.([A-Za-z_]\w*)$/;
