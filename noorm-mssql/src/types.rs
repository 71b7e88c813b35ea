//! Values to and from the wire.
//!
//! ```text
//! Value + the column it is for ──► Param { declared type, data }      Row ──► Value
//! ```
//!
//! | SQL Server | here | selected as |
//! |---|---|---|
//! | `bit` | boolean | |
//! | `tinyint` … `bigint` | integer, `tinyint` unsigned | |
//! | `decimal`, `numeric` | decimal, up to 38 digits | |
//! | `money`, `smallmoney` | decimal(19, 4) and decimal(10, 4) | `decimal`: the driver reads them as floats |
//! | `real`, `float` | float | |
//! | `(n)char`, `(n)varchar`, `(n)text` | text | `nvarchar(max)` in code pages that the driver can't decode |
//! | `xml`, `sql_variant` | other, as text | `nvarchar` |
//! | `hierarchyid`, `geometry`, `geography` | other, as text | `.ToString()` |
//! | `binary`, `varbinary`, `image`, `rowversion` | bytes | |
//! | `uniqueidentifier` | UUID | |
//! | `date`, `time`, `datetime2`, `datetime`, `smalldatetime` | date, time, timestamp | |
//! | `datetimeoffset` | timestamp with zone: the moment, in UTC | |

mod change;
mod code_page;
mod decode;
mod list;
mod native;
mod param;
mod temporal;
#[cfg(test)]
mod tests;

pub(crate) use change::{too_long, would_change};
pub(crate) use code_page::Encoding;
pub(crate) use decode::decode;
pub(crate) use list::{ListOf, bytes_list, json_list, list_of};
pub(crate) use native::{Base, SelectAs, column_type, native_type, select_as, variable_type};
pub(crate) use param::param;
