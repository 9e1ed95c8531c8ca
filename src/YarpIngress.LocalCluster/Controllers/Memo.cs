using System.Runtime.CompilerServices;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>What was read from a version of an object, for as long as that version lives: stored objects never change.</summary>
internal sealed class Memo<T>(Func<StoredObject, T> read)
    where T : class
{
    private readonly ConditionalWeakTable<StoredObject, T> _known = [];

    public T Of(StoredObject value) => _known.GetValue(value, read.Invoke);
}
