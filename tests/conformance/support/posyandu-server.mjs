export const name = "posyandu-server";
export const start = () => Promise.reject(new Error("later"));
