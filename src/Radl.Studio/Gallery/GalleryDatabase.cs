using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Radl.Studio.Jobs;

namespace Radl.Studio.Gallery;

/// <summary>The table of all generations.</summary>
/// <remarks>Thread safe: every call takes a connection of its own from the pool.</remarks>
internal sealed class GalleryDatabase
{
    private const int SchemaVersion = 1;
    private const string Columns = "id, state, created, finished, seconds, scene, settings, text, warnings, result, failure";

    private readonly string _connection;

    public GalleryDatabase(string path)
    {
        _connection = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 30 }.ConnectionString;
        using SqliteConnection connection = Open();
        int version = Convert.ToInt32(Command(connection, "PRAGMA user_version").ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version > SchemaVersion)
        {
            throw new NotSupportedException($"{path} was written by a newer version of this program (schema {version}, this one knows {SchemaVersion})");
        }
        Command(
            connection,
            $"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS generations (
                id TEXT PRIMARY KEY, state TEXT NOT NULL, created TEXT NOT NULL, finished TEXT, seconds REAL,
                scene TEXT NOT NULL, settings TEXT NOT NULL, text TEXT NOT NULL, warnings TEXT NOT NULL, result TEXT, failure TEXT) WITHOUT ROWID;
            PRAGMA user_version = {SchemaVersion};
            """).ExecuteNonQuery();
    }

    /// <summary>Adds an entry or replaces the one of its id.</summary>
    public void Put(GalleryEntry entry)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = Command(
            connection,
            $"INSERT OR REPLACE INTO generations ({Columns}) VALUES ($id, $state, $created, $finished, $seconds, $scene, $settings, $text, $warnings, $result, $failure)",
            ("$id", entry.Id),
            ("$state", entry.State.Name()),
            ("$created", Text(entry.Created)),
            ("$finished", entry.Finished is { } finished ? Text(finished) : null),
            ("$seconds", entry.Seconds),
            ("$scene", entry.Scene),
            ("$settings", JsonSerializer.Serialize(entry.Settings, StudioJson.Wire.SettingsBody)),
            ("$text", entry.SearchText),
            ("$warnings", JsonSerializer.Serialize(entry.Warnings, StudioJson.Wire.IReadOnlyListString)),
            ("$result", entry.Result is { } result ? JsonSerializer.Serialize(result, StudioJson.Wire.JobResult) : null),
            ("$failure", entry.Failure is { } failure ? JsonSerializer.Serialize(failure, StudioJson.Wire.JobFailure) : null));
        command.ExecuteNonQuery();
    }

    public GalleryEntry? Find(string id)
    {
        using SqliteConnection connection = Open();
        return Read(Command(connection, $"SELECT {Columns} FROM generations WHERE id = $id", ("$id", id))).FirstOrDefault();
    }

    /// <summary>Entries, newest first, that hold every word.</summary>
    public IReadOnlyList<GalleryEntry> Search(IReadOnlyList<string> words, JobState? state, string? before, int limit)
    {
        var conditions = new List<string> { "1" };
        var values = new List<(string, object?)> { ("$limit", limit) };
        for (int i = 0; i < words.Count; i++)
        {
            conditions.Add($"text LIKE $word{i} ESCAPE '\\'");
            values.Add(($"$word{i}", $"%{Escaped(words[i].ToLowerInvariant())}%"));
        }
        if (state is { } only)
        {
            conditions.Add("state = $state");
            values.Add(("$state", only.Name()));
        }
        if (before is not null)
        {
            conditions.Add("id < $before");
            values.Add(("$before", before));
        }
        using SqliteConnection connection = Open();
        return Read(Command(connection, $"SELECT {Columns} FROM generations WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT $limit", [.. values]));
    }

    public bool Remove(string id)
    {
        using SqliteConnection connection = Open();
        return Command(connection, "DELETE FROM generations WHERE id = $id", ("$id", id)).ExecuteNonQuery() > 0;
    }

    /// <summary>Ends what another process left open.</summary>
    /// <returns>The ids.</returns>
    public IReadOnlyList<string> Interrupt(DateTimeOffset now)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = Command(
            connection,
            "UPDATE generations SET state = 'failed', finished = $now, failure = $failure WHERE state IN ('queued', 'running') RETURNING id",
            ("$now", Text(now)),
            ("$failure", JsonSerializer.Serialize(JobFailure.Interrupted, StudioJson.Wire.JobFailure)));
        using SqliteDataReader reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read())
        {
            ids.Add(reader.GetString(0));
        }
        return ids;
    }

    /// <summary>Gives all files back to the system.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }

    private static List<GalleryEntry> Read(SqliteCommand command)
    {
        using (command)
        {
            using SqliteDataReader reader = command.ExecuteReader();
            var entries = new List<GalleryEntry>();
            while (reader.Read())
            {
                entries.Add(Entry(reader));
            }
            return entries;
        }
    }

    private static GalleryEntry Entry(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        State = JobStates.Parse(row.GetString(1)) ?? throw new InvalidDataException($"the gallery holds the unknown state '{row.GetString(1)}'"),
        Created = Moment(row.GetString(2)),
        Finished = row.IsDBNull(3) ? null : Moment(row.GetString(3)),
        Seconds = row.IsDBNull(4) ? null : row.GetDouble(4),
        Scene = row.GetString(5),
        Settings = JsonSerializer.Deserialize(row.GetString(6), StudioJson.Wire.SettingsBody)!,
        SearchText = row.GetString(7),
        Warnings = JsonSerializer.Deserialize(row.GetString(8), StudioJson.Wire.IReadOnlyListString)!,
        Result = row.IsDBNull(9) ? null : JsonSerializer.Deserialize(row.GetString(9), StudioJson.Wire.JobResult),
        Failure = row.IsDBNull(10) ? null : JsonSerializer.Deserialize(row.GetString(10), StudioJson.Wire.JobFailure),
    };

    private static string Escaped(string word) => word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private static string Text(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);

    // Only fixed text and numbered placeholders reach the statement; values travel as parameters.
#pragma warning disable CA2100
    private static SqliteCommand Command(SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        foreach ((string name, object? value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
        return command;
    }
#pragma warning restore CA2100

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        // With WAL this survives a crash of the process; only a power cut can lose the last entries, never the file.
        using SqliteCommand command = Command(connection, "PRAGMA synchronous = NORMAL");
        command.ExecuteNonQuery();
        return connection;
    }
}
