namespace Radl.Torch.Pickle;

/// <summary>The rules that a file of <c>torch.save</c> must keep, one kind of error each.</summary>
public enum PickleRule
{
    /// <summary>The file begins as a zip archive or as the magic number of the older format.</summary>
    NotTorch,

    /// <summary>A zip archive ends with its directory, whose records lie within the file.</summary>
    ZipDirectory,

    /// <summary>Entries are stored plainly: <c>torch.save</c> never compresses or encrypts, and a compressed entry can grow without bound.</summary>
    ZipCompressed,

    /// <summary>All entries lie in one folder and have the names that <c>torch.save</c> writes, each once.</summary>
    ZipEntryName,

    /// <summary>Entries lie within the file before its directory, and no byte belongs to two of them.</summary>
    ZipOverlap,

    /// <summary>The file does not end within an opcode or its argument.</summary>
    Truncated,

    /// <summary>An opcode is one of those that build data. What makes objects in other ways is refused.</summary>
    UnknownOpcode,

    /// <summary>Opcodes find what they need on the stack and in the memo, of the right type.</summary>
    BadStack,

    /// <summary>A name of a class or function is on the list of those that tensors are built of. Nothing that a file names is ever called.</summary>
    GlobalNotAllowed,

    /// <summary>Only what is on that list is applied, and to arguments of the right number and type.</summary>
    CallNotAllowed,

    /// <summary>Building the data takes less memory than twice the file's size plus 1 MiB.</summary>
    TooCostly,

    /// <summary>A storage is a tuple of its type, key, place and number of elements; the same for every tensor that uses it.</summary>
    BadStorage,

    /// <summary>Each storage that a tensor uses is in the file.</summary>
    StorageMissing,

    /// <summary>A storage has as many bytes as its elements take.</summary>
    StorageSize,

    /// <summary>Sizes and strides are as many, none negative, and every element lies within the storage.</summary>
    BadView,

    /// <summary>The elements of all tensors together, repeated ones counted each time, take less than twice the file's size plus 1 MiB.</summary>
    TooManyElements,

    /// <summary>No two tensors have the same name.</summary>
    DuplicateName,

    /// <summary>The file holds tensors by name: a dictionary, alone or as <c>state_dict</c>.</summary>
    NoTensors,

    /// <summary>Nothing follows the last storage of the older format.</summary>
    TrailingBytes,
}
