//! Small and reusable: icons, bars, rows, fields. No component asks the worker.

mod bars;
mod codes;
mod field;
mod form;
mod icon;
mod pad;
mod row;

pub use bars::{Dock, Page, Tab, Tabs, TopBar, UndoBar};
pub use codes::{CodeCamera, CodeShow, bring};
pub use field::{Choice, Choices, FieldNote, Line, PinField, TextArea, TextField, focus_first_error, free_line, line};
pub use form::{FormPage, Submit, sends};
pub use icon::{Icon, Kembang, Sprite, StageIcon};
pub use pad::{NumberPad, PinPad};
pub use row::{Empty, Loading, PersonLine};
