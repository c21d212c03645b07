-- Folders whose project hook files may run: as long as files and scripts are what somebody looked at.

create table heddle.trusted_folders (
  tenant text not null,
  folder text not null,
  fingerprint text not null,
  trusted_by text not null,
  trusted_at timestamptz not null default clock_timestamp(),
  primary key (tenant, folder)
);
